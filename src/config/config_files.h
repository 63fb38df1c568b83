/* config_files.h - the files of a configuration: the main one, and those that files name. */
#ifndef MINIPING_CONFIG_FILES_H
#define MINIPING_CONFIG_FILES_H
#include "config/config_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#define CONFIG_MAX_PATH 4095 /* as a file writes it */

struct config_node;
struct config_reader;
struct config_tree;

/* config_files_slurp - all of the file at path and a NUL, in memory that the caller frees. 0; -errno of the memory
 * or descriptors that the machine lacks now; or -EINVAL and in wrong why not. Where is_strict, only of a regular file.
 */
#define CONFIG_WRONGLEN 200
int config_files_slurp(char **text, size_t *len, const char *path, bool is_strict, char wrong[CONFIG_WRONGLEN]);

/* config_files_init, config_files_fini - r->files. 0 or -ENOMEM. Fini before config->files is freed: the trees go with
 * it. */
int config_files_init(struct config_reader *r);
void config_files_fini(struct config_reader *r);

/* config_files_main - the main file, of len bytes, before all others: number 0. */
int config_files_main(struct config_reader *r, const char *path, size_t len);

/* config_files_tree - where the tree of a file goes, so that its nodes outlive the reading. */
struct config_tree *config_files_tree(struct config_reader *r, uint32_t number);

/* What is done with the text of one file. */
typedef int config_files_on_file(struct config_reader *r, struct config_at whole, const char *text, size_t len,
                                 void *data);

/* config_files_read - read the file or list of files that the key called name has as its value; relative paths
 * begin where the file of value is. Wildcards in the last part of an include give what matches, sorted. */
int config_files_read(struct config_reader *r, const char *name, const struct config_node *value,
                      enum config_input_kind kind, config_files_on_file *on_file, void *data);

/* config_files_path - where the path text, written at node, leads: relative ones begin where the file of node is. At
 * most CONFIG_MAX_PATH bytes of text. */
#define CONFIG_FILES_PATH ((size_t)3 * CONFIG_MAX_PATH)
void config_files_path(const struct config_reader *r, const struct config_node *node, const char *text,
                       char path[CONFIG_FILES_PATH]);

/* config_files_note - path, named at node, has been read beside these functions: it is one of config->files from now
 * on. 0, and its file and number in *whole, or -ENOMEM. */
int config_files_note(struct config_reader *r, const char *path, const struct stat *st, enum config_input_kind kind,
                      const struct config_node *node, struct config_at *whole);
#endif
